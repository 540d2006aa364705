import Language

// Foundation has types of these names too; here they always mean the language's.
package typealias Expression = Language.Expression
package typealias Progress = Language.Progress
package typealias Parameter = Language.Parameter

extension Command {
    /// Every command there is, by group.
    static var all: [Command] {
        TensorCommands.all + LayerCommands.all + GameCommands.all + OptimizerCommands.all
            + DataCommands.all + TrainingCommands.all + DoctorCommands.all + CompareCommands.all
            + BuilderCommands.all + PictureCommands.all + PlotCommands.all + ChartCommands.all
            + SampleCommands.all
            + AnimateCommand.all + ViewCommands.all + MeasureCommands.all
            + DiscriminatorCommands.all + LiveCommands.all + LanguageCommands.all
            + TableCommand.all
    }

    /// All commands, and what some of them do when a string comes first.
    static var everyMeaning: [Command] { all + all.compactMap(\.alternative) }

    /// Names that stand for a number.
    static var constants: [String: Value] {
        [
            "π": .number(Double.pi), "pi": .number(Double.pi), "inf": .number(Double.infinity),
            "nan": .number(Double.nan), "ℯ": .number(2.718281828459045),
        ]
    }
}

import Language

/// Commands that measure how well a generator does.
enum MeasureCommands {
    static var all: [Command] { [] }
}

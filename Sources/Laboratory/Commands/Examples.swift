extension Session {
    /// Every command's name and the program that shows it at work.
    package static var commandExamples: [(name: String, program: String)] {
        Command.everyMeaning.map { ($0.name, $0.example) }
    }
}

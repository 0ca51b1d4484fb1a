import Foundation

/// `runner SCENARIOS MESSAGES`: prints a row of JSON for each thing that was tried: what it is, what was expected, what was seen.
@main
enum Main {
    static func main() {
        let files = CommandLine.arguments.dropFirst()
        Conformance.run(files.first!, "the contract's conformance suite")
        Conformance.run(files.last!, "random messages, as the reference gate takes them")
        Requests.run()
        Platform.run()
    }
}

import Foundation

/// The app's one bridge. It lives as long as the process, for it knows below which sequence no policy may go.
public enum AppBridge {
    public static let shared: Bridge = {
        let pins = PushedPins(store: FilePinStore.inApp, embedded: embeddedPins())
        return Bridge(pins: pins, deadline: Bundle.main.object(forInfoDictionaryKey: "ChainpinDeadline") as? Int ?? Gate.defaultDeadline)
    }()

    /// `chainpin-pins.json` in the app's bundle: the pins that are enforced until the first push.
    private static func embeddedPins() -> EnforcedPins? {
        guard let url = Bundle.main.url(forResource: "chainpin-pins", withExtension: "json") else { return nil }
        guard let text = try? String(contentsOf: url, encoding: .utf8), let pins = EnforcedPins.read(text) else {
            preconditionFailure("chainpin-pins.json holds no pins")
        }
        return pins
    }
}

/// Pushed pins in a file, which is replaced as a whole or not at all. Preferences would not say whether they were written.
struct FilePinStore: PinStore {
    let file: URL

    /// Private to the app. A backup leaves it out: restored, it would bring older pins back.
    static var inApp: FilePinStore {
        let support = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        return FilePinStore(file: support.appendingPathComponent("chainpin", isDirectory: true).appendingPathComponent("pins.json"))
    }

    func read() -> String? {
        try? String(contentsOf: file, encoding: .utf8)
    }

    func write(_ text: String) -> Bool {
        do {
            var folder = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var values = URLResourceValues()
            values.isExcludedFromBackup = true
            try folder.setResourceValues(values)
            try Data(text.utf8).write(to: file, options: .atomic)
            return true
        } catch {
            return false
        }
    }
}

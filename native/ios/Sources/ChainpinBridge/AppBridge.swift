import Foundation

/// The app's one bridge. It lives as long as the process, for it knows below which sequence no policy may go.
public enum AppBridge {
    public static let shared: Bridge = {
        let pins = PushedPins(store: DefaultsPinStore(), embedded: embeddedPins())
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

/// Pushed pins in the app's preferences.
private struct DefaultsPinStore: PinStore {
    private let key = "chainpin.pins"

    func read() -> String? {
        UserDefaults.standard.string(forKey: key)
    }

    func write(_ text: String) -> Bool {
        UserDefaults.standard.set(text, forKey: key)
        return UserDefaults.standard.synchronize()
    }
}

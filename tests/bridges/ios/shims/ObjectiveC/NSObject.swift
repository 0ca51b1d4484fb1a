// In each module of a test, so that it wins over that of Foundation.
import ObjectiveCRoot

public typealias NSObject = ObjectiveCRoot.NSObject

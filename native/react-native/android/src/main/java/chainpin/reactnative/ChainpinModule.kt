package chainpin.reactnative

import chainpin.bridge.Bridge
import chainpin.bridge.android.AppBridge
import com.facebook.react.bridge.ReactApplicationContext
import com.facebook.react.module.annotations.ReactModule

/** The native half of `chainpin/react-native`: `post(text)` from JavaScript, the event `chainpinMessage` with a text to it. */
@ReactModule(name = NativeChainpinSpec.NAME)
class ChainpinModule(context: ReactApplicationContext) : NativeChainpinSpec(context) {
    // React Native throws at events for a runtime that is gone.
    private val page: Bridge.Page = AppBridge.get(context).open { text ->
        if (context.hasActiveReactInstance()) context.emitDeviceEvent("chainpinMessage", text)
    }

    override fun post(text: String) = page.receive(text)

    // React Native's event emitter asks for these two; the bridge keeps no count.
    override fun addListener(event: String) = Unit

    override fun removeListeners(count: Double) = Unit

    /** The runtime reloads or ends. */
    override fun invalidate() {
        page.closed()
        super.invalidate()
    }
}

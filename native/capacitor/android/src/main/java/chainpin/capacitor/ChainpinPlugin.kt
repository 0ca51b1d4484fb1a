package chainpin.capacitor

import android.webkit.RenderProcessGoneDetail
import android.webkit.WebView
import androidx.webkit.WebViewFeature
import chainpin.bridge.Bridge
import chainpin.bridge.android.AppBridge
import com.getcapacitor.JSObject
import com.getcapacitor.Plugin
import com.getcapacitor.PluginCall
import com.getcapacitor.PluginMethod
import com.getcapacitor.WebViewListener
import com.getcapacitor.annotation.CapacitorPlugin

/** The native half of `chainpin/capacitor`: `post({ text })` from JavaScript, the event `message` with `{ text }` to it. */
@CapacitorPlugin(name = "Chainpin")
class ChainpinPlugin : Plugin() {
    private lateinit var page: Bridge.Page

    override fun load() {
        page = AppBridge.get(context).open { text -> notifyListeners("message", JSObject().put("text", text)) }
        bridge.addWebViewListener(
            object : WebViewListener() {
                override fun onPageStarted(webView: WebView) = page.closed()

                override fun onRenderProcessGone(webView: WebView, detail: RenderProcessGoneDetail): Boolean {
                    page.closed()
                    return false
                }
            },
        )
    }

    @PluginMethod
    fun post(call: PluginCall) {
        val text = call.getString("text") ?: return call.reject("`text` is missing")
        if (!isMainFrameOnly()) return call.reject("this WebView does not tell the main frame from others")
        page.receive(text)
        call.resolve()
    }

    override fun handleOnDestroy() = page.closed()

    // The message listener hears the main frame only. Capacitor's older way, a JavaScript interface, hears every frame.
    private fun isMainFrameOnly() =
        !bridge.config.isUsingLegacyBridge && WebViewFeature.isFeatureSupported(WebViewFeature.WEB_MESSAGE_LISTENER)
}

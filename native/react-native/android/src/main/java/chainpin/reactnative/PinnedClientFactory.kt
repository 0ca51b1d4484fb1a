package chainpin.reactnative

import android.content.Context
import chainpin.bridge.android.AppBridge
import com.facebook.react.modules.network.OkHttpClientFactory
import com.facebook.react.modules.network.OkHttpClientProvider
import okhttp3.OkHttpClient

/**
 * Makes React Native's own `fetch`, `XMLHttpRequest` and images obey the pushed pins. In the app's `onCreate`, before anything loads:
 * `OkHttpClientProvider.setOkHttpClientFactory(PinnedClientFactory(this))`. WebSockets are not covered.
 */
class PinnedClientFactory(private val context: Context) : OkHttpClientFactory {
    override fun createNewNetworkModuleClient(): OkHttpClient =
        AppBridge.get(context).pins.applyTo(OkHttpClientProvider.createClientBuilder(context)).build()
}

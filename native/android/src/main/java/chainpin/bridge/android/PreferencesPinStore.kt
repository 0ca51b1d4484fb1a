package chainpin.bridge.android

import android.content.Context
import chainpin.bridge.PinStore

/** Pushed pins in the app's private preferences. */
class PreferencesPinStore(context: Context) : PinStore {
    private val preferences = context.getSharedPreferences("chainpin", Context.MODE_PRIVATE)

    override fun read(): String? = preferences.getString(KEY, null)

    override fun write(text: String): Boolean = preferences.edit().putString(KEY, text).commit()

    private companion object {
        const val KEY = "pins"
    }
}

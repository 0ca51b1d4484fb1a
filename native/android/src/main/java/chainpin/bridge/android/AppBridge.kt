package chainpin.bridge.android

import android.content.Context
import android.content.pm.PackageManager
import android.os.SystemClock
import chainpin.bridge.Bridge
import chainpin.bridge.EnforcedPins
import chainpin.bridge.Gate
import chainpin.bridge.PushedPins
import java.io.FileNotFoundException

/** The app's one bridge. It lives as long as the process, for it knows below which sequence no policy may go. */
object AppBridge {
    /** In the manifest: `<meta-data android:name="chainpin.deadline" android:value="5000"/>`, in ms. */
    const val DEADLINE = "chainpin.deadline"

    /** In the app's assets: the pins that are enforced until the first push, `{"sequence":1,"pins":[{"pattern":"…","pins":["sha256/…"]}]}`. */
    const val EMBEDDED_PINS = "chainpin-pins.json"

    @Volatile
    private var bridge: Bridge? = null

    fun get(context: Context): Bridge = bridge ?: synchronized(this) { bridge ?: make(context.applicationContext).also { bridge = it } }

    private fun make(context: Context): Bridge {
        val trust = AndroidTrust()
        return Bridge(trust, PushedPins(trust, FilePinStore(context), embeddedPins(context)), deadline(context), clock = SystemClock::elapsedRealtime)
    }

    private fun deadline(context: Context): Long {
        val application = context.packageManager.getApplicationInfo(context.packageName, PackageManager.GET_META_DATA)
        return application.metaData?.getInt(DEADLINE, Gate.DEFAULT_DEADLINE.toInt())?.toLong() ?: Gate.DEFAULT_DEADLINE
    }

    private fun embeddedPins(context: Context): EnforcedPins? {
        val text = try {
            context.assets.open(EMBEDDED_PINS).use { it.readBytes().decodeToString() }
        } catch (_: FileNotFoundException) {
            return null
        }
        return checkNotNull(EnforcedPins.read(text)) { "the asset $EMBEDDED_PINS holds no pins" }
    }
}

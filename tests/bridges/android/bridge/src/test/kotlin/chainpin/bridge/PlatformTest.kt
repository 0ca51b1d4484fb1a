package chainpin.bridge

import chainpin.bridge.android.AppBridge
import chainpin.bridge.android.FilePinStore
import chainpin.reactnative.ChainpinPackage
import com.facebook.react.bridge.BridgeReactContext
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** The thin classes, as far as they run without a device. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], manifest = Config.NONE)
class PlatformTest {
    private val context = RuntimeEnvironment.getApplication()

    @Test
    fun `pins outlive the app`() {
        assertNull(FilePinStore(context).read())
        assertEquals(true, FilePinStore(context).write("text"))
        assertEquals("text", FilePinStore(context).read())
    }

    @Test
    fun `pins that cannot be stored`() {
        val file = File(context.noBackupFilesDir, "chainpin-pins.json")
        file.delete()
        // A folder in the file's place, with something in it: nothing replaces that.
        File(file, "full").mkdirs()
        assertEquals(false, FilePinStore(context).write("text"))
        assertNull(FilePinStore(context).read())
        file.deleteRecursively()
    }

    @Test
    fun `one bridge for the process`() = assertSame(AppBridge.get(context), AppBridge.get(context))

    @Test
    @Suppress("DEPRECATION") // the newer context needs a running React host
    fun `React Native's module`() {
        val heard = ArrayList<String>()
        val react = object : BridgeReactContext(context) {
            override fun hasActiveReactInstance() = true

            override fun emitDeviceEvent(eventName: String, args: Any?) {
                heard += "$eventName $args"
            }
        }
        val module = ChainpinPackage().getModule("Chainpin", react) as chainpin.reactnative.ChainpinModule
        module.post("""{"v":1,"type":"attach","nonce":"n","sequence":1}""")
        val session = Regex(""""session":"([0-9a-f]{32})"""").find(heard.single())!!.groupValues[1]
        assertEquals("""chainpinMessage {"v":1,"type":"attached","nonce":"n","session":"$session"}""", heard.single())

        module.post("{")
        assertEquals("""chainpinMessage {"v":1,"type":"notice","session":"$session","code":"protocol"}""", heard.last())
        module.invalidate()
        module.post("{")
        assertEquals(2, heard.size)
    }
}

package chainpin.bridge.android

import android.content.Context
import android.util.AtomicFile
import chainpin.bridge.PinStore
import java.io.File
import java.io.IOException

/**
 * Pushed pins in a file, which is replaced as a whole or not at all. Preferences would hold in memory what they could not write.
 * A backup leaves it out: restored, it would bring older pins back.
 */
class FilePinStore(context: Context) : PinStore {
    private val file = AtomicFile(File(context.noBackupFilesDir, "chainpin-pins.json"))

    override fun read(): String? =
        try {
            file.readFully().decodeToString()
        } catch (_: IOException) {
            null
        }

    override fun write(text: String): Boolean {
        val out = try {
            file.startWrite()
        } catch (_: IOException) {
            return false
        }
        return try {
            out.write(text.encodeToByteArray())
            out.flush()
            out.fd.sync()
            file.finishWrite(out)
            file.readFully().decodeToString() == text
        } catch (_: IOException) {
            file.failWrite(out)
            false
        }
    }
}

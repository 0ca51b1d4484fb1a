package chainpin.bridge

import chainpin.bridge.android.AndroidTrust
import com.android.org.conscrypt.TrustManagerImpl
import com.android.org.conscrypt.ct.CTLogStore
import java.io.File
import java.security.KeyStore
import java.security.MessageDigest
import java.security.cert.X509Certificate
import okhttp3.CertificatePinner
import okhttp3.tls.HeldCertificate
import okhttp3.tls.certificatePem

/** The certificates of the tests: a public CA, a CA that the user installed, and one that nobody trusts. */
object Authorities {
    val public = Authority("Public Root", "Public Intermediate")
    val users = Authority("The User's Root", "The User's Intermediate")
    val stranger = Authority("A Stranger's Root", "A Stranger's Intermediate")

    /** Android's own trust manager and path builder, with these roots. Certificate transparency, whose logs need native code, is off. */
    fun trust(): AndroidTrust {
        val keys = KeyStore.getInstance(KeyStore.getDefaultType())
        keys.load(null, null)
        keys.setCertificateEntry("public", public.root.certificate)
        keys.setCertificateEntry("users", users.root.certificate)
        installForUser(users.root.certificate)
        return AndroidTrust(TrustManagerImpl(keys, null, null, null, CTLogStore { null }, null, null))
    }

    /** Where Android keeps the user's CAs, under the name that it looks for: OpenSSL's old hash of the subject. */
    private fun installForUser(certificate: X509Certificate) {
        val folder = File(System.getenv("ANDROID_DATA"), "misc/user/0/cacerts-added")
        folder.mkdirs()
        val digest = MessageDigest.getInstance("MD5").digest(certificate.subjectX500Principal.encoded)
        val name = digest.take(4).reversed().joinToString("") { "%02x".format(it) }
        File(folder, "$name.0").writeText(certificate.certificatePem())
    }
}

class Authority(rootName: String, intermediateName: String) {
    val root: HeldCertificate = HeldCertificate.Builder().commonName(rootName).certificateAuthority(1).build()
    val intermediate: HeldCertificate = HeldCertificate.Builder().commonName(intermediateName).certificateAuthority(0).signedBy(root).build()

    fun leaf(vararg hosts: String): HeldCertificate =
        HeldCertificate.Builder().commonName("leaf").apply { hosts.forEach { addSubjectAlternativeName(it) } }.signedBy(intermediate).build()
}

val HeldCertificate.pin: String get() = CertificatePinner.pin(certificate)

import java.net.URI;
import java.net.URLDecoder;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.DriverManager;
import java.util.Properties;

/** Connects with DATABASE_URL as docs/compatibility.md says, and expects TLS. */
public final class Connect {
    public static void main(String[] args) throws Exception {
        URI u = URI.create(System.getenv("DATABASE_URL"));
        String[] user = u.getRawUserInfo().split(":", 2);
        Properties p = new Properties();
        p.put("user", URLDecoder.decode(user[0], StandardCharsets.UTF_8));
        p.put("password", URLDecoder.decode(user[1], StandardCharsets.UTF_8));
        p.put("sslMode", "VERIFY_IDENTITY");
        p.put("trustCertificateKeyStoreUrl", "file:" + store());
        p.put("trustCertificateKeyStoreType", "PKCS12");
        p.put("trustCertificateKeyStorePassword", "changeit");
        String url = "jdbc:mysql://" + u.getHost() + ":" + u.getPort() + u.getPath();
        try (var c = DriverManager.getConnection(url, p);
                var rows = c.createStatement().executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")) {
            rows.next();
            if (rows.getString(2).isEmpty()) {
                throw new IllegalStateException("there is no TLS");
            }
        }
        System.out.println("java mysql-connector-j ok");
    }

    /** A store with each certificate of the bundle. */
    private static String store() throws Exception {
        KeyStore s = KeyStore.getInstance("PKCS12");
        s.load(null, null);
        int n = 0;
        try (var in = new FileInputStream(System.getenv("RDS_BUNDLE"))) {
            for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                s.setCertificateEntry("rds-" + n++, c);
            }
        }
        try (var out = new FileOutputStream("rds.p12")) {
            s.store(out, "changeit".toCharArray());
        }
        return new java.io.File("rds.p12").getAbsolutePath();
    }
}

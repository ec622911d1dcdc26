# Connects with DATABASE_URL as docs/compatibility.md says, and expects TLS.
require "mysql2"
require "uri"

u = URI(ENV.fetch("DATABASE_URL"))
# The client connects to a socket when the host is localhost, which a database on RDS never is.
host = u.host == "localhost" ? "127.0.0.1" : u.host
client = Mysql2::Client.new(
  host: host, port: u.port, database: u.path.delete_prefix("/"),
  username: URI.decode_www_form_component(u.user), password: URI.decode_www_form_component(u.password),
  sslca: ENV.fetch("RDS_BUNDLE"), sslverify: true
)
raise "there is no TLS" if client.query("SHOW STATUS LIKE 'Ssl_cipher'").first["Value"].empty?
puts "ruby mysql2 ok"

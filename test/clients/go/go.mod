module github.com/kasha-platform/kasha/test/clients/go

go 1.24

require github.com/go-sql-driver/mysql v1.9.3

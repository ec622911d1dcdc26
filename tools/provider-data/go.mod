module github.com/kasha-platform/kasha/tools/provider-data

go 1.26.0

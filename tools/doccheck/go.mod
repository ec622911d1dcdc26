module github.com/kasha-platform/kasha/tools/doccheck

go 1.26.0

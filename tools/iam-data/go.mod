module github.com/kasha-platform/kasha/tools/iam-data

go 1.26.0

//go:build pin

// Package main is built without this file. It keeps the module with the price lists in go.mod.
package main

import _ "github.com/LeanerCloud/ec2-instances-info"

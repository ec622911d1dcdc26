//go:build !linux

package harness

import "syscall"

// A process group of its own keeps Ctrl-C from stopping the process while the test
// still cleans up.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

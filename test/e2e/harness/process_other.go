//go:build !linux

package harness

import "syscall"

// A group of its own keeps Ctrl-C from stopping a process under a test that is
// still tidying up.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

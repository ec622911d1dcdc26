package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Script is a program that replaces the function.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "function")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestServeFails(t *testing.T) {
	cases := map[string]struct {
		reason string
		binary string
		errs   []string
	}{
		"Missing": {
			reason: "A function that is not there says how to get one.",
			binary: filepath.Join(t.TempDir(), "function"),
			errs:   []string{"cannot start the function", "make build"},
		},
		"Stops": {
			reason: "A function that stops at once has said why.",
			binary: script(t, "echo 'cannot read the certificate' >&2; exit 1"),
			errs:   []string{"it stopped at once", "cannot read the certificate"},
		},
		"PortTaken": {
			reason: "After several attempts, render gives up on the port.",
			binary: script(t, "echo 'bind: address already in use' >&2; exit 1"),
			errs:   []string{"address already in use"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := serve(t.Context(), tc.binary)
			for _, want := range tc.errs {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s\nserve(...): want an error with %q, got %v", tc.reason, want, err)
				}
			}
		})
	}
}

// Ctrl-C while the function starts leaves no process behind.
func TestServeInterrupted(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for i := 0; i < 100; i++ {
			if b, err := os.ReadFile(pid); err == nil && len(b) > 0 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		cancel()
	}()
	_, err := serve(ctx, script(t, "echo $$ > "+pid+"; exec sleep 60"))
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Fatalf("serve(...): want an error that says it was interrupted, got %v", err)
	}
	b, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + strings.TrimSpace(string(b))); err == nil {
		t.Errorf("process %s still runs", b)
	}
}

package main

import (
	"strings"
	"sync"
)

// How much of a log is worth reading in an error message.
const tailBytes = 4 << 10

// A tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if len(t.buf) > 2*tailBytes {
		t.buf = append(t.buf[:0:0], t.buf[len(t.buf)-tailBytes:]...)
	}
	return len(p), nil
}

// String is the end of the log, from the start of a line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := string(t.buf)
	if len(s) > tailBytes {
		s = s[len(s)-tailBytes:]
		if _, after, ok := strings.Cut(s, "\n"); ok {
			s = after
		}
	}
	return strings.TrimSpace(s)
}

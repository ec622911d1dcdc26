package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// A journal stores the results of a run. If the run is interrupted, the next run over the
// same code and tests continues with them.
type journal struct {
	mu   sync.Mutex
	file *os.File
	done map[string]Result
}

// openJournal reads the results in a file, where there is one, and appends to it.
func openJournal(path string) (*journal, error) {
	j := &journal{done: map[string]Result{}}
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	for _, line := range bytes.Split(text, []byte("\n")) {
		var r Result
		if json.Unmarshal(line, &r) == nil && r.ID != "" {
			j.done[r.ID] = r
		}
	}
	if j.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		return nil, fmt.Errorf("cannot keep the results: %w", err)
	}
	return j, nil
}

func (j *journal) add(r Result) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.done[r.ID] = r
	if j.file == nil {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = j.file.Write(append(line, '\n'))
	return err
}

func (j *journal) close() error { return j.file.Close() }

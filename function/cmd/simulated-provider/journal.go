package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// A journal records what happened in the simulated AWS. It survives the provider, as
// AWS does, so a test can see what is left there.
type journal struct {
	mu   sync.Mutex
	file *os.File
	done map[string]bool
}

// An entry is one thing that happened to one resource.
type entry struct {
	Time      time.Time `json:"time"`
	What      string    `json:"what"`
	Kind      string    `json:"kind"`
	Namespace string    `json:"namespace"`
	Name      string    `json:"name"`
	External  string    `json:"external,omitempty"`
}

const (
	created = "created"
	deleted = "deleted"
	// orphaned is an object in the simulated AWS whose managed resource is deleted while it stays.
	orphaned = "orphaned"
)

func openJournal(path string) (*journal, error) {
	if path == "" {
		return &journal{done: map[string]bool{}}, nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot open the journal: %w", err)
	}
	return &journal{file: f, done: map[string]bool{}}, nil
}

// write adds what happened to an object, once.
func (j *journal) write(what string, o object) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	id := what + "/" + string(o.GetUID())
	if j.file == nil || j.done[id] {
		return nil
	}
	j.done[id] = true
	return json.NewEncoder(j.file).Encode(
		entry{time.Now(), what, o.GetKind(), o.GetNamespace(), o.GetName(), o.GetAnnotations()[externalName]})
}

func (j *journal) close() {
	if j.file != nil {
		j.file.Close() // Every entry has been written.
	}
}

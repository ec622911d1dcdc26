package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"
)

// A keptTest is the measurement of a test. It is stored for the next run over the same
// code. A keptTest without a name is the measurement of a process's start.
type keptTest struct {
	Dir   string     `json:"dir"`
	Test  string     `json:"test,omitempty"`
	Units []keptUnit `json:"units,omitempty"`
	Once  []int      `json:"once,omitempty"`
	Slow  []string   `json:"slow,omitempty"`
	// failed is not kept.
	failed bool
}

type keptUnit struct {
	Subs   []string      `json:"subs,omitempty"`
	Cost   time.Duration `json:"cost"`
	Golden bool          `json:"golden,omitempty"`
	Hits   []int         `json:"hits"`
}

// keep stores the measurement of a test.
func (s *survey) keep(k keptTest) error {
	if s.path == "" {
		return nil
	}
	f, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("cannot keep what the tests reach: %w", err)
	}
	defer f.Close() //nolint:errcheck // Write says whether it is written.
	line, err := json.Marshal(k)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return err
}

// read loads the stored measurements.
func (s *survey) read() error {
	text, err := os.ReadFile(s.path)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("cannot read what the tests reach: %w", err)
	}
	for _, line := range bytes.Split(text, []byte("\n")) {
		var k keptTest
		if json.Unmarshal(line, &k) == nil && k.Dir != "" {
			s.kept[testName{k.Dir, k.Test}] = k
		}
	}
	return nil
}

// add turns a stored measurement into units of a binary.
func (s *survey) add(b *testBinary, k keptTest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range k.Units {
		s.units = append(s.units, &unit{b, k.Test, u.Subs, u.Cost, u.Golden, set(u.Hits)})
	}
	for _, n := range k.Once {
		s.once[b.dir][n] = true
	}
	s.slow = append(s.slow, k.Slow...)
}

// keptOf returns a unit's measurement in the form in which it is stored.
func keptOf(u *unit, r reply) keptUnit {
	return keptUnit{u.subs, r.CPU, u.golden, slices.Sorted(maps.Keys(set(r.Hits)))}
}

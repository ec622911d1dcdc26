package main

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"time"
)

// A keptSurvey is a survey as it is kept for the next run over the same code.
type keptSurvey struct {
	Slow  []string   `json:"slow"`
	Units []keptUnit `json:"units"`
}

type keptUnit struct {
	Dir    string        `json:"dir"`
	Test   string        `json:"test"`
	Subs   []string      `json:"subs,omitempty"`
	Cost   time.Duration `json:"cost"`
	Golden bool          `json:"golden,omitempty"`
	Hits   []int         `json:"hits"`
}

func (s *survey) write(path string) error {
	k := keptSurvey{Slow: s.slow}
	for _, u := range s.units {
		k.Units = append(k.Units,
			keptUnit{u.binary.dir, u.test, u.subs, u.cost, u.golden, slices.Sorted(maps.Keys(u.hits))})
	}
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return writeFile(path, string(text))
}

// read tells whether a survey of these binaries is kept.
func (s *survey) read(path string, binaries []*testBinary) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var k keptSurvey
	if json.Unmarshal(text, &k) != nil {
		return false
	}
	by := map[string]*testBinary{}
	for _, b := range binaries {
		by[b.dir] = b
	}
	s.slow = k.Slow
	for _, u := range k.Units {
		hits := map[int]bool{}
		for _, n := range u.Hits {
			hits[n] = true
		}
		s.units = append(s.units, &unit{by[u.Dir], u.Test, u.Subs, u.Cost, u.Golden, hits})
	}
	return true
}

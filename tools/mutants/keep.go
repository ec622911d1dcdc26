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
	Slow  []string         `json:"slow"`
	Once  map[string][]int `json:"once"`
	Units []keptUnit       `json:"units"`
}

type keptUnit struct {
	Dir    string        `json:"dir"`
	Test   string        `json:"test"`
	Sub    string        `json:"sub,omitempty"`
	Cost   time.Duration `json:"cost"`
	Golden bool          `json:"golden,omitempty"`
	Hits   []int         `json:"hits"`
}

func (s *survey) write(path string) error {
	k := keptSurvey{Slow: s.slow, Once: map[string][]int{}}
	for dir, once := range s.once {
		k.Once[dir] = slices.Sorted(maps.Keys(once))
	}
	for _, u := range s.units {
		k.Units = append(k.Units, keptUnit{u.binary.dir, u.test, u.sub, u.cost, u.golden, slices.Sorted(maps.Keys(u.hits))})
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
	s.once = map[string]map[int]bool{}
	for _, b := range binaries {
		if _, ok := k.Once[b.dir]; !ok {
			return false // It is of other packages.
		}
		by[b.dir], s.once[b.dir] = b, set(k.Once[b.dir])
	}
	s.slow = k.Slow
	for _, u := range k.Units {
		if b := by[u.Dir]; b != nil {
			s.units = append(s.units, &unit{b, u.Test, u.Sub, u.Cost, u.Golden, set(u.Hits)})
		}
	}
	return true
}

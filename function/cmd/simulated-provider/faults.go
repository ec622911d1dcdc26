package main

import (
	"encoding/json"
	"os"
)

// fault is what AWS says instead of creating an object, or nothing. The file is
// read each time, so that a test can take a fault back.
func (p *provider) fault(o object) string {
	data, err := os.ReadFile(p.faults)
	if err != nil {
		return ""
	}
	var faults map[string]string
	if json.Unmarshal(data, &faults) != nil {
		return ""
	}
	return faults[o.GetNamespace()+"/"+o.GetKind()+"/"+o.GetName()]
}

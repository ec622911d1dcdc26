package main

import (
	"encoding/json"
	"os"
)

// fault is AWS's error for the creation of an object, or nothing. The file is read each
// time, so that a test can remove a fault.
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

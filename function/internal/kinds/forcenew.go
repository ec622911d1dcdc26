package kinds

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed provider.json
var providerJSON []byte

// forceNew are the arguments of each of Terraform's resources whose change replaces it.
var forceNew = sync.OnceValue(func() map[string][]string {
	var types map[string]struct {
		ForceNew []string `json:"forceNew"`
	}
	if err := json.Unmarshal(providerJSON, &types); err != nil {
		panic("provider.json is broken: " + err.Error())
	}
	out := make(map[string][]string, len(types))
	for name, t := range types {
		out[name] = t.ForceNew
	}
	return out
})

// ForceNew are all fields that AWS cannot change in place, also those that no tier writes, by
// the dotted names of Terraform's arguments: ephemeral_storage.size_in_gib.
func (r *Record) ForceNew() []string {
	o, ok := r.Object.(interface{ GetTerraformResourceType() string })
	if !ok {
		return nil
	}
	return forceNew()[o.GetTerraformResourceType()]
}

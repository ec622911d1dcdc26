package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/grants"
)

// policyFiles are the IAM policies of the provider's role and its trust policies, by their files.
func policyFiles(in *inputs) (map[string][]byte, error) {
	if err := checkPassed(in.claims); err != nil {
		return nil, err
	}
	all, err := grants.Policies()
	if err != nil {
		return nil, err
	}
	maps.Copy(all, grants.Trusts())
	out := map[string][]byte{}
	for name, p := range all {
		if out[filepath.Join(policiesDir, name+".json")], err = p.JSON(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// removeOthers removes policies that are not made any more.
func removeOthers(made map[string][]byte) error {
	files, err := filepath.Glob(filepath.Join(policiesDir, "*.json"))
	for _, f := range files {
		if made[f] == nil && err == nil {
			err = os.Remove(f)
		}
	}
	return err
}

// checkPassed finds roles that nobody is known to hand over. No claim has all kinds, so the roles of claims only tell
// what was forgotten.
func checkPassed(claims []rendered) error {
	trusted, err := trusted(claims)
	if err != nil {
		return err
	}
	known := slices.Concat(grants.PassedTo(false), grants.PassedTo(true))
	for _, service := range trusted {
		if !slices.Contains(known, service) {
			return fmt.Errorf("cannot tell what hands a role to %s, which a role trusts; "+
				"set PassesRoleTo in the record of the kind", service)
		}
	}
	return nil
}

// trusted are the services that the composed roles trust.
func trusted(claims []rendered) ([]string, error) {
	var out []string
	for _, c := range claims {
		for _, o := range c.resources {
			if o.Text("kind") != "Role" {
				continue
			}
			var policy struct {
				Statement []struct{ Principal struct{ Service any } }
			}
			if err := json.Unmarshal([]byte(o.Text("spec", "forProvider", "assumeRolePolicy")), &policy); err != nil {
				return nil, fmt.Errorf("cannot read whom %s trusts: %w", o.Text("metadata", "name"), err)
			}
			for _, s := range policy.Statement {
				switch service := s.Principal.Service.(type) {
				case string:
					out = append(out, service)
				case []any:
					for _, one := range service {
						out = append(out, fmt.Sprint(one))
					}
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

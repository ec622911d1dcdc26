package offline

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// Answers are what a first claim is made of.
type Answers struct {
	Name, Namespace, Region, Environment string
	Frontend, Backend                    string
	FrontendPort, BackendPort            int
	Domain                               string
	Queues                               []string
}

// A Question is what init asks, with the flag that answers it beforehand.
type Question struct {
	Flag, Text string
	Into       *string
}

// Questions for answers, in the order in which they are asked. A number and a list are asked for as texts.
func (a *Answers) Questions(ports *[2]string, queues *string) []Question {
	return []Question{
		{"name", "What is the application called?", &a.Name},
		{"namespace", "In which namespace does the claim live?", &a.Namespace},
		{"region", "In which region of AWS?", &a.Region},
		{"environment", "Production or NonProduction?", &a.Environment},
		{"frontend-image", "Which image is the frontend, the service that answers viewers?", &a.Frontend},
		{"frontend-port", "On which port does it listen?", &ports[0]},
		{"backend-image", "Which image is the backend, the service that has the database?", &a.Backend},
		{"backend-port", "On which port does it listen?", &ports[1]},
		{"domain", "Which domain shall it have? None: CloudFront's own name.", &a.Domain},
		{"queues", "Which queues, with commas between them? none: no queues.", queues},
	}
}

// commented is a line of the claim: a field and its value, below a comment from the schema.
type commented struct {
	indent int
	path   string
	value  any
}

// Claim writes the claim, with what each field means from the schema.
func (a *Answers) Claim() ([]byte, error) {
	var b strings.Builder
	b.WriteString("# A claim for kubectl kasha. What else it may say: kubectl kasha explain spec\n")
	fmt.Fprintf(&b, "apiVersion: %s\nkind: %s\nmetadata:\n", v1alpha1.APIVersion, v1alpha1.Kind)
	for _, f := range []struct{ name, value string }{{"name", a.Name}, {"namespace", a.Namespace}} {
		v, err := scalar(f.value)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "  %s: %s\n", f.name, v)
	}
	b.WriteString("spec:\n")
	for _, l := range a.lines() {
		if err := l.write(&b); err != nil {
			return nil, err
		}
	}
	return []byte(b.String()), nil
}

func (a *Answers) lines() []commented {
	lines := []commented{
		{1, "region", a.Region},
		{1, "environment", a.Environment},
		{1, "frontend", nil},
		{2, "frontend.image", a.Frontend},
		{2, "frontend.port", a.FrontendPort},
		{1, "backend", nil},
		{2, "backend.image", a.Backend},
		{2, "backend.port", a.BackendPort},
	}
	if a.Domain != "" {
		lines = append(lines, commented{1, "edge", nil}, commented{2, "edge.domain", nil},
			commented{3, "edge.domain.name", a.Domain})
	}
	queues := make([]any, len(a.Queues))
	for i, q := range a.Queues {
		queues[i] = map[string]any{"name": q}
	}
	return append(lines, commented{1, "queues", queues})
}

func (l commented) write(b *strings.Builder) error {
	f, err := Explain(l.path)
	if err != nil {
		return err
	}
	indent := strings.Repeat("  ", l.indent)
	for _, line := range wrap(f.Summary(), 100) {
		fmt.Fprintf(b, "%s# %s\n", indent, line)
	}
	name := l.path[strings.LastIndex(l.path, ".")+1:]
	if l.value == nil {
		fmt.Fprintf(b, "%s%s:\n", indent, name)
		return nil
	}
	v, err := scalar(l.value)
	if err != nil {
		return err
	}
	if list, ok := l.value.([]any); ok && len(list) > 0 {
		fmt.Fprintf(b, "%s%s:\n%s%s\n", indent, name, indent, strings.ReplaceAll(v, "\n", "\n"+indent))
		return nil
	}
	fmt.Fprintf(b, "%s%s: %s\n", indent, name, v)
	return nil
}

// scalar is a value as YAML has it.
func scalar(v any) (string, error) {
	b, err := yaml.Marshal(v)
	return strings.TrimSpace(string(b)), err
}

// wrap a text into lines.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			out = append(out, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

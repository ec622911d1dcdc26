// Package offline shows a claim from its file, without Crossplane, a cluster or AWS: it calls the function itself, and
// the simulator plays AWS and the provider.
package offline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/crossplane/function-sdk-go/logging"

	"github.com/kasha-platform/kasha/function"
	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// Stdin is the name of a file that stands for the standard input.
const Stdin = "-"

// A Reader reads claims.
type Reader struct {
	// Stdin is where the claim is read from that is called -.
	Stdin io.Reader
	// Namespace is that of claims whose files have none. It may be empty.
	Namespace string
}

// Claim reads the claim in a file.
func (r Reader) Claim(path string) (*manifest.Claim, error) {
	b, err := r.read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot read the claim: there is no file %s; name the file of a KashaClaim", path)
	case err != nil:
		return nil, fmt.Errorf("cannot read the claim: %w; name the file of a KashaClaim", err)
	}
	return r.parse(path, b)
}

func (r Reader) parse(path string, b []byte) (*manifest.Claim, error) {
	c, err := manifest.ParseClaim(b)
	if err != nil {
		return nil, fmt.Errorf("cannot read the claim %s: %w", path, err)
	}
	c.Path = path
	if c.DefaultedNamespace && r.Namespace != "" {
		c.Meta()["namespace"] = r.Namespace
	}
	return c, nil
}

func (r Reader) read(path string) ([]byte, error) {
	if path == Stdin {
		return io.ReadAll(r.Stdin)
	}
	return os.ReadFile(path)
}

// Base reads another version of the claim in a file: another file, or a git revision of it. It is nil where the
// revision does not have the file.
func (r Reader) Base(ctx context.Context, base, path string) (*manifest.Claim, error) {
	if _, err := os.Stat(base); err == nil || base == Stdin {
		return r.Claim(base)
	}
	if path == Stdin {
		return nil, errors.New("cannot compare the standard input with a git revision; name the file of the claim")
	}
	git := func(args ...string) ([]byte, error) {
		return exec.CommandContext(ctx, "git", append([]string{"-C", filepath.Dir(path)}, args...)...).Output()
	}
	if strings.HasPrefix(base, "-") {
		return nil, noBase(base)
	}
	if _, err := git("cat-file", "-e", base+"^{commit}"); err != nil {
		return nil, noBase(base)
	}
	b, err := git("show", base+":./"+filepath.Base(path))
	if err != nil {
		return nil, nil //nolint:nilnil // A claim that is new has no base.
	}
	return r.parse(base+":"+path, b)
}

func noBase(base string) error {
	return fmt.Errorf("cannot compare with %s: it is neither a file nor a git revision; give --base one of the two",
		base)
}

// Preview calls the function in this process.
func Preview(guardrails []map[string]any, warn func(string)) *preview.Preview {
	return &preview.Preview{
		Run: function.NewFunction(logging.NewNopLogger()), Guardrails: guardrails, Warn: warn,
	}
}

// A Verdict is whether a claim would be accepted.
type Verdict struct {
	Claim string `json:"claim"`
	Valid bool   `json:"valid"`
	// Refused is who would refuse it: the API server or the function.
	RefusedBy string   `json:"refusedBy,omitempty"`
	Problems  []string `json:"problems,omitempty"`
	Warnings  []string `json:"warnings,omitempty"`
	// Resources is how many the claim is composed of.
	Resources int    `json:"resources,omitempty"`
	TotalUSD  string `json:"totalUSD,omitempty"`
}

// Judge a claim as the API server and then the function would.
func Judge(ctx context.Context, c *manifest.Claim, p *preview.Preview) (*Verdict, error) {
	v := &Verdict{Claim: c.Namespace() + "/" + c.Name()}
	if err := c.Accepted(); err != nil {
		v.RefusedBy, v.Problems = "the API server", problems(err.Error())
		return v, nil
	}
	w, err := p.Rest(ctx, c)
	var refused simulator.Refusal
	switch {
	case errors.As(err, &refused):
		v.RefusedBy, v.Problems = "the function", problems(string(refused))
		return v, nil
	case err != nil:
		return nil, err
	}
	v.Valid, v.Resources = true, len(w.Observed)
	v.TotalUSD = manifest.Object(w.Composite).Text("status", "cost", "totalUSD")
	status, _ := w.Composite["status"].(map[string]any)
	warnings, _ := status["warnings"].([]any)
	for _, s := range warnings {
		if t, ok := s.(string); ok {
			v.Warnings = append(v.Warnings, t)
		}
	}
	return v, nil
}

// problems are the lines of a refusal, without the heading: a line that is indented further continues the one before.
func problems(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "", strings.HasPrefix(trimmed, "the API server would refuse it"),
			strings.HasPrefix(trimmed, "the function would refuse it"):
		default:
			out = append(out, trimmed)
		}
	}
	return out
}

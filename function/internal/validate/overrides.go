package validate

import (
	"fmt"
	"regexp"

	"github.com/kasha-platform/kasha/function/internal/override"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

var (
	keyForm  = regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]$`)
	nameForm = regexp.MustCompile(`^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$`)
)

// overrideTexts are the keys and paths.
func overrideTexts(p *plan.Plan) []text {
	var out []text
	for i, o := range p.Claim.Spec.Overrides {
		at := fmt.Sprintf("spec.overrides[%d]", i)
		out = append(out,
			text{at + ".key", o.Key, keyForm, "it is not the key of a resource; write for example db-primary"},
			text{at + ".path", o.Path, nameForm,
				"it is not names with dots between them; write for example caCertIdentifier"})
	}
	return out
}

// OverridesAreOpen requires of each override a field that a claim may set, and a value that
// the field takes.
func OverridesAreOpen(p *plan.Plan) []error {
	for _, t := range overrideTexts(p) {
		if !t.form.MatchString(t.value) {
			// TextsHaveTheirForm refuses it.
			return nil
		}
	}
	var errs []error
	for _, m := range override.Check(p.Claim) {
		errs = append(errs, refuse(m.Field, "%s", m.Message))
	}
	return errs
}

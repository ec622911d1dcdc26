package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// Input is what a claim is judged by.
type Input struct {
	// Claim with presets applied.
	Claim *v1alpha1.KashaClaim
	// Choice of the guardrail.
	Choice Choice
	// Required refuses claims where there are no guardrails.
	Required bool
	// Living tells whether anything of the claim is observed.
	Living bool
	// Unrecorded tells whether a version of Kasha made the claim that wrote no ledger.
	// Then everything that the claim has is accepted once.
	Unrecorded bool
	// Records are the values of v1alpha1.AnnotationAccepted on the claim's objects.
	Records []string
	// Legacy tells whether v0.1.0 composed the claim first.
	Legacy bool
	// Repositories are the URLs of the image repositories that the claim made.
	Repositories []string
}

// A Judgement is what a guardrail says about a claim.
type Judgement struct {
	in          Input
	before, now ledger
	refused     []finding
	kept        []finding
}

// A finding is a value that is out of bounds.
type finding struct {
	rule  string
	value Value
	bound bound
}

func (f finding) String() string { return fmt.Sprintf("%s (%s)", f.value.Field, f.rule) }

// Judge judges a claim by all rules but monthlyUSD. It returns an error if the claim must
// not be composed because it is unclear what applies to it. What the rules refuse is in
// the judgement.
func Judge(in Input) (*Judgement, error) {
	before, err := readLedger(in.Records)
	if err != nil {
		return nil, err
	}
	j := &Judgement{in: in, before: before}
	j.now, _ = readLedger(nil)
	j.now.Generation = in.Claim.GetGeneration()
	if in.Choice.Guardrail == nil {
		if err := j.uncovered(); err != nil {
			return nil, err
		}
	} else {
		j.now.By = in.Choice.Guardrail.Name
	}
	s := &subject{
		KashaClaim: in.Claim, workloads: plan.DeclaredIn(in.Claim), repositories: in.Repositories, legacy: in.Legacy,
	}
	for _, r := range rules {
		for _, v := range r.values(s) {
			j.judge(r.name, r.bound, v)
		}
	}
	return j, nil
}

// uncovered returns why a claim without a guardrail must not be composed.
func (j *Judgement) uncovered() error {
	namespace := j.in.Claim.GetNamespace()
	switch {
	case j.before.By != "":
		return fmt.Errorf(
			"cannot do without guardrail %s: it bounded this claim, and no guardrail matches namespace %s "+
				"any more, so what it imposed is not known; nothing has been changed, "+
				"ask the platform team to restore it, or to make one that matches", j.before.By, namespace)
	case !j.in.Choice.Exist && j.in.Required:
		return errors.New("cannot do without a guardrail: there is none, and the function runs with " +
			"--guardrails=Required; nothing has been changed, ask the platform team for one")
	case j.adopts():
		return fmt.Errorf("spec.adopt.stackID: cannot adopt %s without a guardrail that allows it: none matches "+
			"namespace %s; leave spec.adopt out, or ask the platform team to list the ID in allow.stackIDs",
			j.in.Claim.Spec.Adopt.StackID, namespace)
	case j.in.Choice.Exist && !j.in.Living:
		return fmt.Errorf("cannot do without a guardrail: none matches namespace %s; "+
			"ask the platform team for one", namespace)
	}
	return nil
}

// adopts tells whether the claim is to adopt a stack that it has not been accepted with.
func (j *Judgement) adopts() bool {
	a := j.in.Claim.Spec.Adopt
	return a != nil && !j.before.has(adoption, Value{Text: a.StackID})
}

func (j *Judgement) judge(rule string, of func(*spec) bound, v Value) {
	j.now.add(rule, v)
	g := j.in.Choice.Guardrail
	if g == nil || g.exempts(j.in.Claim, rule) {
		return
	}
	b := of(&g.Spec)
	if b == nil || b.allows(v) {
		return
	}
	f := finding{rule, v, b}
	// To accept an adoption and to report it would be too late.
	lenient := rule != adoption && (g.Spec.Enforcement == v1alpha1.EnforcementReport || j.in.Unrecorded)
	switch {
	case lenient, j.unchanged(), j.before.has(rule, v):
		j.kept = append(j.kept, f)
	default:
		j.refused = append(j.refused, f)
	}
}

// unchanged tells whether the claim was accepted as it is now. Then it keeps values that
// a newer version of Kasha computes differently, for example with another price.
func (j *Judgement) unchanged() bool {
	return j.now.Generation != 0 && j.now.Generation == j.before.Generation
}

// Cost judges what the claim costs a month at most. Unpriced is an instance class whose
// price is not known, or empty.
func (j *Judgement) Cost(usd int64, unpriced string) {
	j.judge(monthlyUSD, func(g *spec) bound { return atMost(g.Limit.MonthlyUSD) },
		Value{Field: "spec", Size: usd})
	if unpriced == "" {
		return
	}
	j.judge(monthlyUSD, unpricedClass, Value{Field: "spec.database.instanceClass", Text: unpriced})
}

// unpricedClass refuses a class whose price is not known, where the cost is limited and the
// platform has not chosen the classes itself.
func unpricedClass(g *spec) bound {
	if g.Limit.MonthlyUSD == nil || len(g.Limit.InstanceClasses) > 0 {
		return nil
	}
	return unknownPrice(*g.Limit.MonthlyUSD)
}

// unknownPrice refuses what cannot be compared with the limit.
type unknownPrice int64

func (unknownPrice) allows(Value) bool { return false }
func (u unknownPrice) says(Value) string {
	return fmt.Sprintf("allows at most %d USD a month, and its price is not known", u)
}

func (unknownPrice) advice() string {
	return "use a class that AWS has in this region, or ask the platform team to list it in limit.instanceClasses"
}

// maxRefused is how many refusals are spelled out.
const maxRefused = 20

// Refusals are the reasons for which the claim must not be composed, one for each value.
func (j *Judgement) Refusals() []error {
	lines := make([]string, 0, len(j.refused))
	for _, f := range j.refused {
		lines = append(lines, fmt.Sprintf("%s: cannot use %s: guardrail %s %s (%s); %s",
			f.value.Field, f.value, j.now.By, f.bound.says(f.value), f.rule, f.bound.advice()))
	}
	slices.Sort(lines)
	if more := len(lines) - maxRefused; more > 0 {
		lines = append(lines[:maxRefused], fmt.Sprintf("guardrail %s refuses %d more values; "+
			"correct these first", j.now.By, more))
	}
	out := make([]error, len(lines))
	for i, l := range lines {
		out[i] = errors.New(l)
	}
	return out
}

// Record is the ledger to write on the claim's objects.
func (j *Judgement) Record() string {
	l := j.now
	l.Kept = j.keeps()
	return l.String()
}

// keeps are what the claim has although the guardrail would refuse it, each field and rule
// once.
func (j *Judgement) keeps() []string {
	var out []string
	for _, f := range j.kept {
		out = append(out, f.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxKept is how many kept values the condition names.
const maxKept = 10

// Condition says whether the claim is within its bounds.
func (j *Judgement) Condition() (met bool, reason, message string) {
	kept := j.keeps()
	switch {
	case j.now.By == "" && j.in.Choice.Exist:
		return false, v1alpha1.ReasonNotCovered, fmt.Sprintf("No guardrail matches namespace %s. A new claim in it "+
			"would be refused.", j.in.Claim.GetNamespace())
	case j.now.By == "":
		return true, v1alpha1.ReasonNoGuardrails, "There are no guardrails."
	case len(kept) == 0:
		return true, v1alpha1.ReasonMet, "The claim is within guardrail " + j.now.By + "."
	}
	return false, v1alpha1.ReasonViolated, j.violated(kept)
}

func (j *Judgement) violated(kept []string) string {
	if more := len(kept) - maxKept; more > 0 {
		kept = append(slices.Clone(kept[:maxKept]), fmt.Sprintf("%d more", more))
	}
	list := strings.Join(kept, ", ")
	if j.in.Choice.Guardrail.Spec.Enforcement == v1alpha1.EnforcementReport {
		return fmt.Sprintf("Guardrail %s only reports. It would refuse %s.", j.now.By, list)
	}
	return fmt.Sprintf("Guardrail %s refuses %s in a new claim. This claim had it before, and keeps it.", j.now.By,
		list)
}

// Warnings announce what the claim keeps, in the pass in which this changes.
func (j *Judgement) Warnings() []string {
	kept := j.keeps()
	if len(kept) == 0 || slices.Equal(kept, j.before.Kept) {
		return nil
	}
	return []string{j.violated(kept)}
}

// Guardrail is the name of the guardrail that applies, or empty.
func (j *Judgement) Guardrail() string { return j.now.By }

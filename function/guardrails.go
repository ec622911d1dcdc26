package function

import (
	"errors"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	sdkrequest "github.com/crossplane/function-sdk-go/request"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/guard"
	"github.com/kasha-platform/kasha/function/internal/judge"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// The names under which the guardrails are in a request. A composition asks for them before
// it calls the function, which costs nothing. The function asks itself only for claims on a
// revision of the composition from before there were guardrails. The names differ because
// the function must keep asking for what it has asked for, and must not ask for what the
// composition already provides.
const (
	givenGuardrails = "guardrails"
	askedGuardrails = "guardrails-asked"
)

// A platform is what the platform team says about all claims.
type platform struct {
	// guardrails are all those of the cluster.
	guardrails []map[string]any
	// required refuses claims where there are none.
	required bool
}

// guardrailsIn returns a request's guardrails. It returns false if Crossplane must fetch
// them first: it then calls again, and applies nothing of this response.
func guardrailsIn(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse) ([]map[string]any, bool, error) {
	if r, ok := req.GetRequiredResources()[givenGuardrails]; ok {
		return objects(r), true, nil
	}
	if !sdkrequest.HasCapability(req, fnv1.Capability_CAPABILITY_REQUIRED_RESOURCES) {
		// A Crossplane that does not know this requirement would apply a response
		// without resources, and delete all resources of the claim.
		return nil, false, errors.New("cannot read the guardrails: this Crossplane does not fetch what a function " +
			"asks for; update it to v2.3 or later")
	}
	rsp.Requirements = &fnv1.Requirements{Resources: map[string]*fnv1.ResourceSelector{
		askedGuardrails: {ApiVersion: v1alpha1.APIVersion, Kind: v1alpha1.GuardrailKind},
	}}
	r, ok := req.GetRequiredResources()[askedGuardrails]
	return objects(r), ok, nil
}

func objects(r *fnv1.Resources) []map[string]any {
	out := make([]map[string]any, len(r.GetItems()))
	for i, o := range r.GetItems() {
		out[i] = o.GetResource().AsMap()
	}
	return out
}

// isGuardrail tells whether a request is for a guardrail and not for a claim.
func isGuardrail(req *fnv1.RunFunctionRequest) bool {
	kind, _ := stack.Text(&observed{resource: req.GetObserved().GetComposite()}, "kind")
	return kind == v1alpha1.GuardrailKind
}

// checkGuardrail answers for a guardrail. It composes nothing: it is ready if claims are
// judged by it.
func checkGuardrail(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse, all []map[string]any) error {
	c := judge.Condition{
		Type: v1alpha1.ConditionValid, True: true, Reason: v1alpha1.ReasonValid,
		Message: "Claims are judged by this guardrail.",
	}
	if wrong := guard.Check(req.GetObserved().GetComposite().GetResource().AsMap(), all); len(wrong) > 0 {
		c.True, c.Reason, c.Message = false, v1alpha1.ReasonInvalid, strings.Join(wrong, "\n")
	}
	xr, err := encode(map[string]any{"apiVersion": v1alpha1.APIVersion, "kind": v1alpha1.GuardrailKind})
	if err != nil {
		return err
	}
	rsp.Conditions = append(rsp.Conditions, condition(c))
	if rsp.Desired == nil {
		rsp.Desired = &fnv1.State{}
	}
	rsp.Desired.Composite = &fnv1.Resource{Resource: xr, Ready: ready(c.True)}
	return nil
}

// ledgers are the resources whose objects record what the guardrails have accepted.
// Authors cannot write these objects, and a claim has them from its first pass on.
var ledgers = []stack.Key{keys.Cluster, keys.DataKey}

// judgedBy is the guardrail and the record by which a claim is judged.
func judgedBy(s *stack.Stack, choice guard.Choice, required bool) guard.Input {
	in := guard.Input{Claim: s.Claim, Choice: choice, Required: required, Legacy: s.Legacy()}
	for _, k := range ledgers {
		if o, ok := s.Observed(k); ok {
			if v, ok := stack.Text(o, "metadata", "annotations", v1alpha1.AnnotationAccepted); ok {
				in.Records = append(in.Records, v)
			}
		}
	}
	s.ObservedKeys("", func(_ stack.Key, o stack.Observed) {
		// Authors may be able to write Secrets.
		if !kinds.Observed(o).IsAWS() {
			return
		}
		in.Living = true
		if _, labelled := stack.Text(o, "metadata", "labels", v1alpha1.LabelStack); !labelled {
			in.Unrecorded = len(in.Records) == 0
		}
	})
	for _, w := range plan.DeclaredIn(s.Claim) {
		if url, ok := s.Status(keys.Repository(w.Name), "repositoryUrl"); ok {
			in.Repositories = append(in.Repositories, url)
		}
	}
	return in
}

// writeLedger writes on the claim's resources what the guardrails have accepted.
func writeLedger(resources []*stack.Resource, accepted string) {
	for _, r := range resources {
		for _, k := range ledgers {
			if r.Key == k && r.Object != nil {
				r.Annotate(v1alpha1.AnnotationAccepted, accepted)
			}
		}
	}
}

package simulator

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// answer changes an object like provider-aws does: it resolves references and sets the
// external name and the status.
func answer(o map[string]any, byName map[string]map[string]any, region string) {
	spec, ok := o["spec"].(map[string]any)
	if !ok {
		return
	}
	params, managed := spec["forProvider"].(map[string]any)
	if !managed {
		o["status"] = map[string]any{"conditions": conditions(o)}
		return
	}
	if r, ok := params["region"].(string); ok {
		region = r
	}
	resolve(params, byName)
	meta := child(o, "metadata")
	a := answered(o, region, params)
	annotations := child(meta, "annotations")
	annotations["crossplane.io/external-name"] = a.External()
	// The runtime writes it before it creates a resource.
	setDefault(annotations, "crossplane.io/external-create-pending", "2026-01-02T03:04:06Z")
	o["status"] = map[string]any{"atProvider": a.At, "conditions": conditions(o)}
}

// answered returns what AWS reports about an object, according to the record of its kind.
func answered(o map[string]any, region string, params map[string]any) *kinds.Answer {
	a := &kinds.Answer{
		Region: region,
		Name:   Text(o, "metadata", "name"),
		Given:  Text(o, "metadata", "annotations", "crossplane.io/external-name"),
		Params: params,
		At:     clone(params),
	}
	// What is given only at creation, AWS has as well.
	spec, _ := o["spec"].(map[string]any)
	initial, _ := spec["initProvider"].(map[string]any)
	for k, v := range clone(initial) {
		if _, given := a.At[k]; !given {
			a.At[k] = v
		}
	}
	kinds.Of(Text(o, "apiVersion"), Text(o, "kind")).Answer(a)
	return a
}

func conditions(o map[string]any) []any {
	generation := child(o, "metadata")["generation"]
	condition := func(kind, reason string) any {
		return map[string]any{
			"type": kind, "status": "True", "reason": reason,
			"lastTransitionTime": "2026-01-02T03:04:07Z", "observedGeneration": generation,
		}
	}
	return []any{
		condition("Ready", "Available"),
		condition("Synced", "ReconcileSuccess"),
		condition("LastAsyncOperation", "Success"),
		condition("AsyncOperation", "Finished"),
	}
}

// resolve sets the fields that references resolve to, like the provider's resolver.
func resolve(params map[string]any, byName map[string]map[string]any) {
	for field, v := range params {
		switch v := v.(type) {
		case map[string]any:
			// The provider resolves references to Secrets elsewhere.
			if strings.HasSuffix(field, "SecretRef") {
				continue
			}
			if base, ok := strings.CutSuffix(field, "Ref"); ok {
				setDefault(params, base, referred(base, v, byName))
				continue
			}
			resolve(v, byName)
		case []any:
			base, ok := strings.CutSuffix(field, "Refs")
			for _, e := range v {
				e, is := e.(map[string]any)
				if is && !ok {
					resolve(e, byName)
				}
			}
			if into := strings.TrimSuffix(base, "s") + "s"; ok && params[into] == nil {
				params[into], params[field] = referredAll(base, v, byName)
			}
		}
	}
}

// referredAll returns the values and the references, both sorted by value, as the provider
// writes them.
func referredAll(base string, refs []any, byName map[string]map[string]any) (values, sorted []any) {
	of := func(ref any) string {
		r, _ := ref.(map[string]any)
		v, _ := referred(base, r, byName).(string)
		return v
	}
	sorted = slices.Clone(refs)
	slices.SortFunc(sorted, func(a, b any) int { return strings.Compare(of(a), of(b)) })
	for _, r := range sorted {
		values = append(values, of(r))
	}
	return values, sorted
}

// arns are the fields whose reference resolves to an ARN although their name does not end
// in Arn.
var arns = map[string]bool{"logDestination": true, "kmsKeyId": true, "kmsKey": true, "snsTopic": true}

// referred returns the value that a field gets from the resource that it refers to. A
// reference has no kind, so the first resource with the name is used.
func referred(field string, ref map[string]any, byName map[string]map[string]any) any {
	name, _ := ref["name"].(string)
	for key, o := range byName {
		if !strings.HasSuffix(key, "/"+name) {
			continue
		}
		spec, _ := o["spec"].(map[string]any)
		params, _ := spec["forProvider"].(map[string]any)
		a := answered(o, Text(params, "region"), params)
		if arn, ok := a.At["arn"]; ok && (arns[field] || strings.HasSuffix(strings.ToLower(field), "arn")) {
			return arn
		}
		switch field {
		case "resourceId", "scalableDimension", "serviceNamespace":
			return params[field]
		}
		return a.External()
	}
	return "unresolved-" + name
}

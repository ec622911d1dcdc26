package function

import (
	"fmt"
	"strconv"

	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// observed reads an observed resource in its protobuf form. Most fields of a resource
// are never read, so a field is converted only when it is looked up.
type observed struct {
	resource *fnv1.Resource
	// conditions are read once.
	conditions []stack.Condition
}

// Lookup implements stack.Observed.
func (o *observed) Lookup(path ...string) (any, bool) {
	return field(o.resource.GetResource().GetFields(), path)
}

// field looks up a path in an object. A number in the path is the index of a list's element.
func field(fields map[string]*structpb.Value, path []string) (any, bool) {
	for i, p := range path {
		v, ok := fields[p]
		if !ok {
			return nil, false
		}
		if l := v.GetListValue(); l != nil {
			return element(l, path[i+1:])
		}
		if i == len(path)-1 {
			return v.AsInterface(), true
		}
		fields = v.GetStructValue().GetFields()
	}
	return nil, false
}

// element continues a lookup in a list: by index, and then in that element.
func element(l *structpb.ListValue, path []string) (any, bool) {
	if len(path) == 0 {
		return l.AsSlice(), true
	}
	i, err := strconv.Atoi(path[0])
	if err != nil || i < 0 || i >= len(l.GetValues()) {
		return nil, false
	}
	v := l.GetValues()[i]
	switch {
	case len(path) == 1:
		return v.AsInterface(), true
	case v.GetListValue() != nil:
		return element(v.GetListValue(), path[1:])
	}
	return field(v.GetStructValue().GetFields(), path[1:])
}

// Conditions returns the conditions without converting them first. See stack.Conditions.
func (o *observed) Conditions() []stack.Condition {
	if o.conditions != nil {
		return o.conditions
	}
	status := o.resource.GetResource().GetFields()["status"].GetStructValue()
	list := status.GetFields()["conditions"].GetListValue().GetValues()
	out := make([]stack.Condition, 0, len(list))
	for _, e := range list {
		c := e.GetStructValue().GetFields()
		out = append(out, stack.Condition{
			Type:               c["type"].GetStringValue(),
			Status:             c["status"].GetStringValue(),
			Reason:             c["reason"].GetStringValue(),
			Message:            c["message"].GetStringValue(),
			Generation:         c["observedGeneration"].GetNumberValue(),
			LastTransitionTime: c["lastTransitionTime"].GetStringValue(),
		})
	}
	o.conditions = out
	return out
}

// Text is a text without converting it first. See stack.Text.
func (o *observed) Text(path ...string) string {
	fields := o.resource.GetResource().GetFields()
	for i, p := range path {
		v := fields[p]
		if l := v.GetListValue(); l != nil {
			e, _ := element(l, path[i+1:])
			t, _ := e.(string)
			return t
		}
		if i == len(path)-1 {
			return v.GetStringValue()
		}
		fields = v.GetStructValue().GetFields()
	}
	return ""
}

// Connection implements stack.Observed.
func (o *observed) Connection(name string) ([]byte, bool) {
	v, ok := o.resource.GetConnectionDetails()[name]
	return v, ok && len(v) > 0
}

// decode reads the claim out of a request.
func decode(req *fnv1.RunFunctionRequest) (*v1alpha1.KashaClaim, error) {
	fields := req.GetObserved().GetComposite().GetResource().GetFields()
	o := map[string]any{}
	for _, f := range []string{"apiVersion", "kind", "spec", "status"} {
		if v, ok := fields[f]; ok {
			o[f] = v.AsInterface()
		}
	}
	// Most of the metadata is managedFields, which the function does not read.
	meta := map[string]any{}
	for _, f := range []string{"name", "namespace", "uid", "generation", "creationTimestamp"} {
		if v, ok := fields["metadata"].GetStructValue().GetFields()[f]; ok {
			meta[f] = v.AsInterface()
		}
	}
	o["metadata"] = meta
	c := &v1alpha1.KashaClaim{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o, c); err != nil {
		return nil, fmt.Errorf("cannot read the claim: %w; check its fields against kubectl explain kasha.spec", err)
	}
	return c, nil
}

// desiredComposite returns the desired claim, which has only a status.
func desiredComposite(st *v1alpha1.KashaClaimStatus) (*structpb.Struct, error) {
	status, err := runtime.DefaultUnstructuredConverter.ToUnstructured(st)
	if err != nil {
		return nil, fmt.Errorf("cannot convert the claim's status: %w", err)
	}
	dropEmpty(status)
	return encode(map[string]any{"apiVersion": v1alpha1.APIVersion, "kind": v1alpha1.Kind, "status": status})
}

// dropEmpty removes objects without fields, so that the status has only known values.
func dropEmpty(m map[string]any) {
	for k, v := range m {
		if e, ok := v.(map[string]any); ok {
			dropEmpty(e)
			if len(e) == 0 {
				delete(m, k)
			}
		}
	}
}

// encode converts an object to its protobuf form. Unlike structpb.NewStruct it does not
// check for invalid UTF-8, because marshalling does.
func encode(o map[string]any) (*structpb.Struct, error) {
	fields := make(map[string]*structpb.Value, len(o))
	for k, v := range o {
		e, err := encodeValue(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		fields[k] = e
	}
	return &structpb.Struct{Fields: fields}, nil
}

func encodeValue(v any) (*structpb.Value, error) {
	switch v := v.(type) {
	case map[string]any:
		s, err := encode(v)
		if err != nil {
			return nil, err
		}
		return structpb.NewStructValue(s), nil
	case []any:
		l := &structpb.ListValue{Values: make([]*structpb.Value, len(v))}
		for i, e := range v {
			p, err := encodeValue(e)
			if err != nil {
				return nil, err
			}
			l.Values[i] = p
		}
		return structpb.NewListValue(l), nil
	case string:
		return structpb.NewStringValue(v), nil
	case int64:
		return structpb.NewNumberValue(float64(v)), nil
	case float64:
		return structpb.NewNumberValue(v), nil
	case bool:
		return structpb.NewBoolValue(v), nil
	case nil:
		return structpb.NewNullValue(), nil
	}
	return nil, fmt.Errorf("cannot encode a %T", v)
}

package stack_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// The library's converter is the witness: for every kind, with all fields set, with none,
// and with every other one.
func TestConversionIsTheLibrarys(t *testing.T) {
	for _, r := range kinds.Records {
		if r.Object == nil {
			continue
		}
		for name, set := range map[string]func(n int) bool{
			"All": func(int) bool { return true }, "None": func(int) bool { return false },
			"Half": func(n int) bool { return n%2 == 0 },
		} {
			t.Run(r.String()+"/"+name, func(t *testing.T) {
				o := reflect.New(reflect.TypeOf(r.Object).Elem())
				f := filler{set: set}
				f.fill(o.Elem().FieldByName("Spec"), 0)
				object := o.Interface().(runtime.Object) //nolint:forcetypeassert // As r.Object is.
				got, err := stack.ToUnstructured(object)
				if err != nil {
					t.Fatal(err)
				}
				all, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
				if err != nil {
					t.Fatal(err)
				}
				spec := withoutNulls(all["spec"]).(map[string]any) //nolint:forcetypeassert // It is one.
				// The stack leaves out what is not set at all.
				for _, part := range []string{"forProvider", "initProvider"} {
					_, given := got["spec"].(map[string]any)[part] //nolint:forcetypeassert // It is one.
					if p, ok := spec[part].(map[string]any); ok && len(p) == 0 && !given {
						delete(spec, part)
					}
				}
				if d := cmp.Diff(map[string]any{"spec": spec}, got); d != "" {
					t.Errorf("unlike the library (-library +stack):\n%s", d)
				}
			})
		}
	}
}

// A filler sets fields, each to another value.
type filler struct {
	set func(n int) bool
	n   int
}

func (f *filler) fill(v reflect.Value, depth int) {
	f.n++
	switch v.Kind() {
	case reflect.Pointer:
		if f.set(f.n) && depth < 9 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), depth+1)
		}
	case reflect.Slice:
		if f.set(f.n) {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			f.fill(v.Index(0), depth+1)
		}
	case reflect.Map:
		if f.set(f.n) {
			e := reflect.New(v.Type().Elem()).Elem()
			f.fill(e, depth+1)
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), e)
		}
	case reflect.String:
		v.SetString("text-" + string(rune('a'+f.n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(f.n))
	default:
		v.SetInt(int64(f.n))
	}
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e == nil {
				delete(v, k)
			}
			withoutNulls(e)
		}
	case []any:
		for _, e := range v {
			withoutNulls(e)
		}
	}
	return v
}

package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

var secretResource = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}

// secrets generates the passwords that a resource asks for, and says which
// Secret it lacks, or nothing.
func (p *provider) secrets(ctx context.Context, o object) (string, error) {
	params := parameters(o.Object)
	for _, field := range []string{"passwordSecretRef", "secretStringSecretRef"} {
		ref, ok := params[field].(map[string]any)
		if !ok {
			continue
		}
		name, key := simulator.Text(ref, "name"), simulator.Text(ref, "key")
		data, err := p.secret(ctx, o.GetNamespace(), name)
		if err != nil {
			return "", err
		}
		if data[key] != nil {
			continue
		}
		if generate, _ := params["autoGeneratePassword"].(bool); !generate {
			return fmt.Sprintf("cannot get referenced Secret %s: it has no key %s", name, key), nil
		}
		if err := p.writeSecret(ctx, o, name, "Opaque",
			map[string][]byte{key: []byte(simulator.Password)}); err != nil {
			return "", err
		}
	}
	return "", nil
}

func (p *provider) secret(ctx context.Context, namespace, name string) (map[string]any, error) {
	s, err := p.client.Resource(secretResource).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read Secret %s: %w", name, err)
	}
	data, _ := s.Object["data"].(map[string]any)
	return data, nil
}

// publish writes the connection Secret of a resource that has one.
func (p *provider) publish(ctx context.Context, o object) error {
	details := simulator.Connection(o.Object)
	if details == nil {
		return nil
	}
	name := simulator.Text(o.Object, "spec", "writeConnectionSecretToRef", "name")
	have, err := p.secret(ctx, o.GetNamespace(), name)
	if err != nil || maps.Equal(have, encoded(details)) {
		return err
	}
	return p.writeSecret(ctx, o, name, "connection.crossplane.io/v1alpha1", details)
}

func (p *provider) writeSecret(ctx context.Context, o object, name, kind string, data map[string][]byte) error {
	s := &unstructured.Unstructured{Object: map[string]any{"type": kind, "data": encoded(data)}}
	s.SetAPIVersion("v1")
	s.SetKind("Secret")
	s.SetName(name)
	s.SetOwnerReferences([]metav1.OwnerReference{*metav1.NewControllerRef(o, o.GroupVersionKind())})
	_, err := p.client.Resource(secretResource).Namespace(o.GetNamespace()).Apply(ctx, name, s,
		metav1.ApplyOptions{FieldManager: manager, Force: true})
	if err != nil {
		return fmt.Errorf("cannot write Secret %s: %w", name, err)
	}
	return nil
}

func encoded(data map[string][]byte) map[string]any {
	out := make(map[string]any, len(data))
	for k, v := range data {
		out[k] = base64.StdEncoding.EncodeToString(v)
	}
	return out
}

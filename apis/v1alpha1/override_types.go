package v1alpha1

import extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

// An Override sets one field of one composed resource.
type Override struct {
	// Key of the resource, for example db-primary: docs/reference/resources.md has all
	// keys. A key that ends in a digest is written without it: taskdefinition-backend.
	// An override whose resource is not composed does nothing, and the claim warns.
	//
	// +kubebuilder:validation:MaxLength=120
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9-]*[a-z0-9]$')",message="cannot use this key: it is not the key of a resource; write for example db-primary"
	Key string `json:"key"`

	// Path of the field below spec.forProvider, with dots. The elements of a list are
	// counted from 0: origin.0.originShield.enabled.
	//
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$')",message="cannot use this path: it is not names with dots between them; write for example caCertIdentifier"
	Path string `json:"path"`

	// Value of the field, in the form that the resource's kind has for it.
	//
	// +kubebuilder:validation:XPreserveUnknownFields
	Value extv1.JSON `json:"value"`

	// Reason is for those who read the claim later. The status repeats it.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Reason string `json:"reason"`
}

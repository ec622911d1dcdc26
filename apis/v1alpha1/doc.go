// Package v1alpha1 has the types of the platform API: the desired state that an
// application team writes (spec) and the observed state (status).
//
// These types are the only source of the API. The XRD's schema, its defaults,
// ranges, CEL rules and field descriptions are generated from them, so a comment
// here is what a user reads in kubectl explain, in the reference and in the
// catalog's form.
//
// +groupName=platform.kasha.io
// +versionName=v1alpha1
package v1alpha1

// Package v1alpha1 is the vocabulary of the platform API: what an application
// team may ask for (spec) and what the platform answers (status).
//
// These types are the one source of the API. The XRD's schema, its defaults,
// ranges, CEL rules and field descriptions are generated from them, so a
// comment here is what a user reads in kubectl explain, in the reference and in
// the catalog's form.
//
// +groupName=platform.kasha.io
// +versionName=v1alpha1
package v1alpha1

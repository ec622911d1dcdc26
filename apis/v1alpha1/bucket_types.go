package v1alpha1

// Bucket is the application's S3 bucket. It is private, and always there.
type Bucket struct {
	// CORS lets pages of web sites read and write objects from the browser, with
	// presigned URLs that the backend makes. It opens the bucket to nobody: a request
	// without a valid signature is refused as before. Without the field, Kasha leaves the
	// bucket's CORS configuration as it is, and S3 begins with none, so browsers refuse.
	// Removing the field removes the configuration.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	CORS []BucketCORSRule `json:"cors,omitempty"`
}

// A BucketCORSRule is what pages of some web sites may do. They may send all headers,
// because the signature says which count, and may read the header ETag of answers, which
// an upload in parts needs.
type BucketCORSRule struct {
	// Origins are the web sites, as the browser names them: scheme and host, without a
	// path and without a slash at the end. A star stands for the first part of a host.
	// Plain HTTP is only for development on the same machine.
	//
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^(https://([*][.])?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://(localhost|127[.]0[.]0[.]1))(:[0-9]{1,5})?$')",message="cannot use this origin: it is not a scheme and a host as browsers send them, in lower case and without a path; write for example https://shop.example.com, https://*.example.com or http://localhost:3000"
	Origins []string `json:"origins"`

	// Methods that they may use: PUT to upload, GET to download, POST for forms.
	//
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	Methods []BucketCORSMethod `json:"methods"`

	// ExposeHeaders are further headers of answers that pages may read, for example
	// x-amz-version-id or x-amz-meta-author. ETag is always one of them.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[A-Za-z0-9-]+$')",message="cannot expose this header: a name has only letters, digits and hyphens, and S3 takes no star here; write for example x-amz-version-id"
	ExposeHeaders []string `json:"exposeHeaders,omitempty"`

	// MaxAgeSeconds is how long a browser may remember the answer without asking again.
	// A larger number saves a request, and delays a change of this rule.
	//
	// +kubebuilder:default=600
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=86400
	MaxAgeSeconds int32 `json:"maxAgeSeconds"`
}

// A BucketCORSMethod is a method of HTTP.
//
// +kubebuilder:validation:Enum=GET;HEAD;PUT;POST;DELETE
type BucketCORSMethod string

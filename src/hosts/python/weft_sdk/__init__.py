# SPDX-License-Identifier: Apache-2.0
"""The command line tools that GroqFlow calls: onnxmodelanalyzer, groq-compiler, aa-latest.

They take the arguments that groqflow passes and lower models as `weft compile` does, for the TSP.
What they write is weft's own: an .aa file is a zip archive of the folder that `weft compile` makes,
an .iop file the same with a manifest that iop-utils reads. No vendor's file is read or written.
"""

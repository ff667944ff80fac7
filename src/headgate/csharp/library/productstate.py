"""`context.Product.State`."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.library.entities import ProductState

TYPE = enumeration("Apim.Expressions.ProductState", ProductState)
